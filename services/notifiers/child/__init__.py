"""The process that speaks to one service, once: nothing in it is trusted with more than that."""
