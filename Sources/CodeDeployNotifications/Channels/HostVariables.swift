/// Variables of the host that the programs which channels run are looked up in and get.
package enum HostVariables {
  /// What of an environment a program gets. Nothing of it is a secret.
  package static let passedOn: Set = [
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR",
  ]

  /// Where programs are looked up: the variables' `PATH`, or the usual one.
  package static func path(in variables: [String: String]) -> String {
    variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
  }
}
