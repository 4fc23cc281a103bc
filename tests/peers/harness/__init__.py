"""What the stories are made of: a homeserver, people with clients of their own, the program, and a clock for all."""
