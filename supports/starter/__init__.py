"""A first catalogue to begin with: our own words, in English and Spanish, for every district to change."""
