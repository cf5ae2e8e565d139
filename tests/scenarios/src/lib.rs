//! Whole conversations through the whole house: the stories stand in `stories/`, what must come of them in `tests/`.
