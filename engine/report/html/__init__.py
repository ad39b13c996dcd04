"""The report as one page that needs nothing but itself: data, templates, style and the chart library."""
