"""When, if, then: rules that act after a change."""
