Feature: the alarm
  Proves the way from a failure to whoever has to hear of it, end to end: it fails for ever, and would be missed.

  @negative-control @canary(every=1s,timeout=3s)
  Scenario: an object that nobody has put
    Given a bucket of the pool
    Then the object "nobody-has-put-me" exists
