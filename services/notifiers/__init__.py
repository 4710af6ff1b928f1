"""Tells users of alerts over services that they named."""
