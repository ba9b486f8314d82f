import CodeDeployNotifications

/// A profile's settings for IAM Identity Center, with an `sso_session` or in the older form, as
/// botocore's `SSOProvider` reads them.
struct SSOProfile: Sendable, Equatable {
  var startURL: String
  var region: String
  var accountID: String
  var roleName: String
  /// The name of the `[sso-session NAME]`, whose token can be renewed; `nil` in the older form.
  var session: String?

  /// `nil` for a profile without such settings.
  init?(_ profile: AWSProfile) throws {
    var settings = profile.settings
    let name = profile.choice.name
    guard settings["sso_account_id"] != nil || settings["sso_role_name"] != nil else { return nil }
    session = settings.text("sso_session")
    if let session {
      guard let shared = profile.configuration.ssoSessions[session] else {
        throw AWSFailure(
          .noCredentials,
          "The AWS profile \(name) names sso_session \(session.inSentence()), but there is no "
            + "[sso-session \(session.inSentence())] in \(profile.configuration.configFile.path).")
      }
      for (key, value) in shared {
        guard (settings[key] ?? value) == value else {
          throw AWSFailure(
            .noCredentials,
            "The AWS profile \(name) and its [sso-session \(session.inSentence())] have different "
              + "values for \(key.inSentence()). Remove the profile's.")
        }
        settings[key] = value
      }
    }
    let keys = ["sso_start_url", "sso_region", "sso_account_id", "sso_role_name"]
    let missing = keys.filter { settings.text($0) == nil }
    guard missing.isEmpty else {
      throw AWSFailure(
        .noCredentials,
        "The AWS profile \(name) uses IAM Identity Center but lacks "
          + "\(missing.joined(separator: ", ")). Run \"aws configure sso --profile "
          + "\(name.inSentence())\".")
    }
    startURL = settings.text("sso_start_url") ?? ""
    region = settings.text("sso_region") ?? ""
    guard AWSEndpoint.canBeRegion(region) else {
      throw AWSFailure(
        .noCredentials,
        "The AWS profile \(name) has the sso_region \"\(region.inSentence())\", which is no AWS "
          + "region; one looks like eu-west-1.")
    }
    accountID = settings.text("sso_account_id") ?? ""
    roleName = settings.text("sso_role_name") ?? ""
  }
}
