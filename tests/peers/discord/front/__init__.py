"""Discord, as far as a bot sees it: simcord's model of it behind real sockets, with Discord's limits, rates and faults."""
