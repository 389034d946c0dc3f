"""A weight table of our own making."""

TABLE = """\
form: evalkit/weight-table/1
id: made-up
version: "1.0"
title: Made-up weights
unit: harm-days
level: offence
scheme: column
weights: {Homicide: 5000, Robbery: 365, Common assault: 2}
source: Made up
licence: none needed
licence_verified: true
"""
