//! The doors over HTTP, through the real binary.
