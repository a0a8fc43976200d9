"""Where audits and decisions are kept between processes."""
