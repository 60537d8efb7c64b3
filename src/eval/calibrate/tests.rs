//! Facts about calibration.
