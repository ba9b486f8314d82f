import CodeDeployNotifications
import TestSupport
import Testing

@testable import CurlTransport

/// Every caller gets exactly one result, whatever ends the wait.
@Suite struct CancellationTests {
  @Test("A task that is cancelled before it asks never asks")
  func before() async throws {
    try await LoopbackServer.run { server in
      try await withClient { client in
        let task = Task {
          while !Task.isCancelled { await Task.yield() }
          return try await client.send(HTTPRequest(.get, server.url))
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        // The engine goes on undisturbed.
        try await #expect(client.send(HTTPRequest(.get, server.url)).status == 200)
      }
      #expect(server.requests.count == 1)
    }
  }

  @Test("A task that is cancelled while the server is silent ends at once")
  func during() async throws {
    let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    try await LoopbackServer.run { _ in
      arrival.yield()
      return .thenHang([])
    } during: { server in
      try await withClient { client in
        let task = Task {
          try await client.send(HTTPRequest(.get, server.url, timeout: .seconds(600)))
        }
        for await _ in arrivals { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
      }
    }
  }

  @Test("Cancelled at any moment, a request ends once and the engine lives on")
  func anyMoment() async throws {
    try await LoopbackServer.run { server in
      try await withClient { client in
        await withTaskGroup(of: Void.self) { group in
          for index in 0..<200 {
            group.addTask {
              let task = Task {
                try await client.send(HTTPRequest(.get, server.url, timeout: .seconds(60))).status
              }
              for _ in 0..<(index % 40) { await Task.yield() }
              task.cancel()
              switch await task.result {
              case .success(let status): #expect(status == 200)
              case .failure(let error): #expect(error is CancellationError)
              }
            }
          }
        }
        try await #expect(client.send(HTTPRequest(.get, server.url)).status == 200)
      }
    }
  }

  @Test("A shutdown answers those who wait, and those who come later")
  func shutdown() async throws {
    let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    try await LoopbackServer.run { _ in
      arrival.yield()
      return .thenHang([])
    } during: { server in
      let engine = try CurlEngine(configuration: .test)
      let client = engine.client()
      let request = HTTPRequest(.get, server.url, timeout: .seconds(600))
      await withTaskGroup(of: Void.self) { group in
        // More than the allowed connections, so that some wait for one.
        for _ in 0..<20 {
          group.addTask { #expect(await client.failure(of: request)?.kind == .broken) }
        }
        for await _ in arrivals { break }
        await engine.shutdown()
      }
      #expect(await client.failure(of: request)?.kind == .broken)
      await engine.shutdown()
    }
  }

  @Test("An engine that nobody refers to ends by itself")
  func release() async throws {
    try await LoopbackServer.run { server in
      for _ in 0..<50 {
        let client = try CurlEngine(configuration: .test).client()
        try await #expect(client.send(HTTPRequest(.get, server.url)).status == 200)
      }
      // The last request was answered before its engine was released, so the end takes a moment.
      for _ in 0..<2000 where server.openConnections > 0 {
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(server.connections == 50)
      #expect(server.openConnections == 0)
    }
  }
}
