"""Reading one thing: an area, what is at a point or near it, what a name stands for."""
