from tests.cases.records import begun_databases, databases, local_record

__all__ = ["begun_databases", "databases", "local_record"]
