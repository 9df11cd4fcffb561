// The steps of the benchmark, for cucumber-js.
import { Given, Then, When } from '@cucumber/cucumber'

Given('a counter at {int}', function (n) {
  this.n = n
})
When('it is raised by {int}', function (n) {
  this.n += n
})
Then('it is at {int}', function (n) {
  if (this.n !== n) throw new Error(`${this.n}`)
})
