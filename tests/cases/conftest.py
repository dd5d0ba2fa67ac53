from tests.cases.records import databases, local_record

__all__ = ["databases", "local_record"]
