"""What must hold before an order may be sent: a deployment and its venue in, a table of checks out."""
