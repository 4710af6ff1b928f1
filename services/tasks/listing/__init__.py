"""Reading tasks: filters, orders and pages."""
