/** What messages and questions are made of; stands beside the page and outlives what told them. */
import { App } from "antd";
import { useEffect } from "react";

import { giveVoice } from "./told";

export default function ToldPart() {
  return (
    <App component={false} message={{ maxCount: 3 }}>
      <Voice />
    </App>
  );
}

function Voice() {
  const voice = App.useApp();
  useEffect(() => giveVoice(voice), [voice]);
  return null;
}
