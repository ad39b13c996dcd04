"""Wire protocols in front of the simulated exchange: HTTP and websockets on loopback, spoken as real venues speak."""
