// A list of cases as a front end with Relay writes it. Compiled by relay-compiler and never run: ../live/relay.mjs runs what
// comes of it.
import { graphql } from "relay-runtime";

graphql`
  query caseListQuery($first: Int!, $filter: CaseFilter) {
    ...caseList_cases @arguments(first: $first, filter: $filter)
  }
`;

graphql`
  fragment caseList_cases on Query
  @argumentDefinitions(first: { type: "Int!" }, after: { type: "String" }, filter: { type: "CaseFilter" })
  @refetchable(queryName: "caseListPageQuery") {
    cases(first: $first, after: $after, filter: $filter) @connection(key: "caseList_cases") {
      edges {
        node {
          id
          ...caseList_row
        }
      }
    }
  }
`;

graphql`
  fragment caseList_row on Case @refetchable(queryName: "caseListRowQuery") {
    caseNumber
    withheld
    individual {
      familyName
      withheld
    }
  }
`;

graphql`
  query caseListOpenedQuery($id: ID!) {
    case(id: $id) {
      riskLevel
      withheld
      individual {
        gender
        withheld
      }
    }
  }
`;
