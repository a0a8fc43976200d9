"""Made-up answers, reports, attacks and models for tests and measurements."""
