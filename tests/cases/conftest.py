from tests.cases.records import databases, local_record, record

__all__ = ["databases", "local_record", "record"]
