"""A simulated exchange: a matching core that any wire protocol can be put in front of, with faults on request."""
