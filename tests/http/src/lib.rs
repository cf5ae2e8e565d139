//! Tests of the doors over HTTP: the crate holds nothing but its integration tests.
