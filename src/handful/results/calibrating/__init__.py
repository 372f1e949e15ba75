"""Parts of calibrate: what is imitated, what is ranked, and when ranks are not uniform."""
