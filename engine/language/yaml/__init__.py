"""Bytes of a file in, nodes that know their places out (`source`); what is no YAML goes to the report."""
