"""What users do with tasks that there are."""
