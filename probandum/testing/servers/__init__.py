"""Real servers on loopback, scripted or throwaway."""
