Feature: objects
  What a customer does most, from outside, at every door of a region, for as long as the release goes on.

  @canary
  Scenario: what was put is what is read
    Given the bucket "canary"
    When I put 500 bytes as the object "probe"
    Then the object "probe" is what I put
