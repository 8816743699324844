"""A submission tried on public data, with the participant's own Python and their rampwf: unsealed, for looking."""
