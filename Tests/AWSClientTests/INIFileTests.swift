import Testing

@testable import AWSClient

/// Reading configuration files. Every expectation except the lenient ones was compared with
/// botocore 1.43's result for the same text.
@Suite struct INIFileTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var sections: [String: INIFile.Section]
  }

  @Test(
    "A file is read as botocore reads it",
    arguments: [
      Case(testDescription: "nothing", text: "", sections: [:]),
      Case(
        testDescription: "an empty section", text: "[profile a]\n",
        sections: ["profile a": [:]]),
      Case(
        testDescription: "both delimiters, the first one counts",
        text: "[a]\nx = s=t:u\ny: v = w",
        sections: ["a": ["x": .text("s=t:u"), "y": .text("v = w")]]
      ),
      Case(
        testDescription: "keys in lower case, values as they are",
        text: "[A]\nAWS_Access_Key_ID = AKID", sections: ["A": ["aws_access_key_id": .text("AKID")]]
      ),
      Case(
        testDescription: "comments are whole lines",
        text: "# c\n; c\n[a] # c\n # c\nregion = eu-west-1 # c\n",
        sections: ["a": ["region": .text("eu-west-1 # c")]]),
      Case(
        testDescription: "indented keys", text: "[a]\n  x = 1\n  y = 2\n",
        sections: ["a": ["x": .text("1"), "y": .text("2")]]),
      Case(
        testDescription: "a deeper line goes on", text: "[a]\nx = 1\n  y = 2\nz = 3",
        sections: ["a": ["x": .text("1\ny = 2"), "z": .text("3")]]),
      Case(
        testDescription: "a block, over comments and empty lines",
        text: "[a]\ns3 =\n  x = 1\n  # c\n\n  y = b=c\nregion = r\n",
        sections: ["a": ["s3": .block(["x": "1", "y": "b=c"]), "region": .text("r")]]),
      Case(
        testDescription: "an empty value", text: "[a]\nx =\n", sections: ["a": ["x": .text("")]]),
      Case(
        testDescription: "carriage returns", text: "[a]\r\nx = 1\r\n",
        sections: ["a": ["x": .text("1")]]),
      Case(
        testDescription: "[DEFAULT] is every section's",
        text: "[DEFAULT]\nx = 1\ny = 1\n[a]\ny = 2",
        sections: ["a": ["x": .text("1"), "y": .text("2")]]),
      Case(
        testDescription: "more lenient: the last of two keys wins", text: "[a]\nx = 1\nx = 2",
        sections: ["a": ["x": .text("2")]]),
      Case(
        testDescription: "more lenient: two sections are one", text: "[a]\nx = 1\n[b]\n[a]\ny = 2",
        sections: ["a": ["x": .text("1"), "y": .text("2")], "b": [:]]),
      Case(
        testDescription: "more lenient: a byte order mark", text: "\u{FEFF}[a]\nx = 1",
        sections: ["a": ["x": .text("1")]]),
    ])
  func reads(_ example: Case) throws {
    #expect(try INIFile(example.text).sections == example.sections)
  }

  @Test(
    "A malformed line is named",
    arguments: [
      ("x = 1", 1), ("[a]\nfoo\n", 2), ("[a]\n= 1", 2), ("[a\nx = 1", 1), ("[]\n", 1),
      ("[a]\ns3 =\n  x = 1\n  # c\n\n  nope\n", 6),
    ])
  func malformed(text: String, line: Int) {
    #expect { try INIFile(text) } throws: { ($0 as? INIFile.Malformed)?.line == line }
  }

  @Test("A malformed file is named with the line, without what stands in it")
  func namesTheFile() async throws {
    let environment = AWSEnvironment.test(
      files: ["/home/ada/.aws/credentials": "[default]\naws_secret_access_key sk-very-secret"])
    let failure = try await awsFailure { try AWSConfiguration(environment) }
    #expect(failure?.kind == .noCredentials)
    #expect(
      failure?.description
        == "The AWS settings in /home/ada/.aws/credentials are malformed: line 2 is neither a "
        + "[section] nor a key = value.")
  }

  @Test("File names take ~ and variables, as botocore's do")
  func expandsPaths() {
    let environment = AWSEnvironment.test(["HOME": "/home/ada", "DIR": "d"])
    let table = [
      "~/x": "/home/ada/x", "$HOME/x": "/home/ada/x", "${DIR}/x": "d/x", "a$DIR$NO": "ad$NO",
      "a~": "a~", "${open": "${open", "$": "$", "/a": "/a",
    ]
    for (path, expanded) in table { #expect(environment.expanded(path) == expanded) }
  }
}
