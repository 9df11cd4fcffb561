Feature: objects in a region
  What a customer does most, done for ever: a failure here is one that customers have, or are about to have.

  Background:
    Given a bucket of the pool

  @canary(every=500ms,timeout=3s) @put
  Scenario: what was put can be read back
    When I put 2048 bytes as the object "hello"
    Then the object "hello" is what I put
    And within 2 seconds the object "hello" is listed

  @canary(every=1s,timeout=3s) @delete
  Scenario: what was deleted is gone
    When I put "soon gone" as the object "short-lived"
    And I delete the object "short-lived"
    Then the object "short-lived" does not exist

  @canary(every=1s,timeout=3s) @range
  Scenario: a part of an object is that part
    When I put 10000 bytes as the object "long"
    And I get the bytes 100 to 199 of the object "long"
    Then I got 100 bytes
    And I got what I put
