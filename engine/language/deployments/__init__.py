"""Deployment files: strategies, an account and its limits in one document, checked together."""
