"""Transfer packets: sending a plan, looking at one that came, taking it in."""
