"""A Slack of our own, on the loopback: Web API, signed requests, Socket Mode, and every fault on order."""
