"""What watches: each rule looks at one thing, and says all that is wrong with it."""
