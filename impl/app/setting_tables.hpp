// The kind of setting that is an array of tables, such as [[users]]: each table a row with a schema
// of its own, and members that no two rows may share.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "app/schema.hpp"

namespace fullcone::config {

template <class Row>
struct RowKind {
  Schema (*schema)(Row& row);
  // Members that differ from row to row, and a text that is equal where they are.
  struct Distinct {
    std::string member;
    std::string (*text)(const Row& row);
  };
  std::vector<Distinct> distinct;
};

// One reading of one array.
template <class Row>
class RowReader {
 public:
  RowReader(const RowKind<Row>& kind, Faults& faults)
      : kind_(kind), faults_(faults), seen_(kind.distinct.size()) {}

  void read(const Node& node, const std::string& path, Row& row) {
    const auto faults_before = faults_.size();
    const auto* table = node.as<Table>();
    if (table == nullptr) {
      faults_.push_back(not_allowed(node, path, "a table"));
      return;
    }
    read_table(kind_.schema(row), *table, node.at, path + ".", faults_);
    if (faults_.size() == faults_before) compare(*table, path, row);
  }

 private:
  void compare(const Table& table, const std::string& path, const Row& row) {
    for (std::size_t i = 0; i < kind_.distinct.size(); ++i) {
      const auto& distinct = kind_.distinct[i];
      const auto* member = table.find(distinct.member);
      if (member == nullptr) continue;
      const auto line = member->node.at.line;
      const auto [first, is_new] = seen_[i].emplace(distinct.text(row), line);
      if (is_new) continue;
      faults_.push_back(not_allowed(member->node, path + "." + distinct.member,
                                    "another than on line " + std::to_string(first->second)));
    }
  }

  const RowKind<Row>& kind_;
  Faults& faults_;
  std::vector<std::map<std::string, std::size_t>> seen_;  // text to line, as `distinct`
};

// At least one row.
template <class Row>
Setting tables(std::vector<Row>& field, RowKind<Row> kind) {
  const auto rows = [schema = kind.schema] {
    Row prototype;
    auto keys = schema(prototype).keys;
    for (auto& key : keys) key.setting.read = nullptr;  // bound to the prototype
    return keys;
  };
  const auto read = [&field, kind = std::move(kind)](const Node& node, const std::string& path,
                                                     Faults& faults) {
    const auto* array = node.as<Array>();
    if (array == nullptr || array->empty()) {
      faults.push_back(not_allowed(node, path, "one or more tables, [[" + path + "]]"));
      return;
    }
    std::vector<Row> read_rows(array->size());
    RowReader<Row> reader(kind, faults);
    for (std::size_t i = 0; i < array->size(); ++i) {
      reader.read((*array)[i], path + "[" + std::to_string(i) + "]", read_rows[i]);
    }
    field = std::move(read_rows);
  };
  return {"one or more tables", "", read, rows};
}

}  // namespace fullcone::config
