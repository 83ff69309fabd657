//! Black-box tests: the real binary, local servers, no internet.
