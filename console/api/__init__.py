"""The HTTP door that people script against: under the same roles as the screens, and by the same moves."""
