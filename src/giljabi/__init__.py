"""Giljabi: customer journey maps that run."""
