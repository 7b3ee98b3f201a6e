"""The transfer packet: a plan that follows its student to another school. Pure: no Django, no clock, no database."""
