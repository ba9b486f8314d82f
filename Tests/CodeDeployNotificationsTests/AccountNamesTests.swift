import CodeDeployNotifications
import CycleSupport
import Testing

@Suite struct AccountNamesTests {
  private func registration(_ application: String, calling names: [String: String]) -> Registration
  {
    var registration = Registration(application: application, scope: Sample.scope, channels: [])
    registration.accounts = names
    return registration
  }

  @Test("A scope has every name that its registrations call its account")
  func names() {
    let basket = registration("basket", calling: ["123456789012": "payments"])
    let checkout = registration("checkout", calling: ["123456789012": "Payments prod"])
    let other = registration("other", calling: ["999999999999": "elsewhere"])
    let names = AccountNames(
      [checkout, basket, other], accountIDs: [Sample.scope: "123456789012"])
    #expect(names.name(of: Sample.scope) == "Payments prod / payments")
    #expect(names.name(by: basket) == "payments")
    #expect(names.name(by: other) == nil)
    #expect(AccountNames([basket], accountIDs: [:]).name(of: Sample.scope) == nil)
  }
}
