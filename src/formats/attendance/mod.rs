//! Attendance reports.
