"""A document of sound structure in, a Strategy out (`build`); what it cannot mean goes to the report."""
