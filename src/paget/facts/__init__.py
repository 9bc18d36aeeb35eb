"""Facts: what is known of a case on a day, each value the set of values still possible."""
