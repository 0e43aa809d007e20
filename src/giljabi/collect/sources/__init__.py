"""Where events come from: one plug for each kind of source, each standing alone."""
