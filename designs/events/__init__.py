"""Live progress: the events of a design as a stream. The rows are the truth, Redis only says when to look."""
