"""Documents in, documents out: in one canonical layout (`format`), as YAML, JSON or expression trees (`convert`)."""
