// A run as a sequence chart for people: a column for each address, an arrow for what passes when it
// gets there, what the story tells and the judges find in its place.
//
//          time  client1   server1   peer1
//                |         |         |
//      0.060150  |==request CRUMFURS>|
//
// Up to seven addresses fit 120 columns.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulator/trace.hpp"

namespace fullcone::sim {

class Chart {
 public:
  // `trace`: whose record it is, for the names.
  void add(const TraceRecord& record, Trace& trace);
  std::string text() const;

 private:
  struct Row {
    TimePoint at;
    std::size_t from = 0;  // columns
    std::size_t to = 0;
    char line = '-';  // of the arrow
    char head = '>';  // '>': it gets there; 'x': it does not
    std::string label{};
    bool is_story = false;  // across all columns
  };

  void add_story(const TraceRecord& record);
  void add_datagram(const TraceRecord& record, Trace& trace);
  void add_stream(const TraceRecord& record, Trace& trace);
  std::string request(const TraceRecord& record);
  std::size_t column(const Endpoint& endpoint, Trace& trace);
  std::size_t width() const;
  std::string heading() const;
  std::string rails() const;
  std::string line(const Row& row) const;

  std::vector<std::string> names_;  // of the columns
  std::map<IpAddress, std::size_t> columns_;
  // What a stream has carried to a server while its request is not whole; nullopt: read.
  std::map<std::pair<Endpoint, Endpoint>, std::optional<Bytes>> requests_;
  std::vector<Row> rows_;
};

}  // namespace fullcone::sim
